"""One thread for all tests: on a busy machine several wait for each other longer than they work.

And a home folder of their own, so that no test signs with, or writes to, what belongs to the user.
"""

import os
import tempfile

import torch

torch.set_num_threads(1)
os.environ["LICHTSPIEL_HOME"] = tempfile.mkdtemp(prefix="lichtspiel-tests-")
