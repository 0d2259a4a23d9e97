"""One thread for all tests: on a busy machine several wait for each other longer than they work."""

import torch

torch.set_num_threads(1)
