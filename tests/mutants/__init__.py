"""Mutation testing of what trust stands on: one small change at a time, and the tests must notice (`make mutants`)."""
