"""The whole daemon on a virtual clock, between a mailbox, an outgoing server and a database that fail as the seed says.

make simulate SEED=17        one seed, told step by step
make simulate SEEDS=1000     seeds 1 … 1000, figures at the end
"""
