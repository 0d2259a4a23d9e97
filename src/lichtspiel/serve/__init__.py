"""The server: the Sora API on your own machine. docs/serve.md tells how to use it.

The web process writes films to be made into a database, worker processes make them; neither needs
the other to be alive. It needs the extra `server`.
"""
