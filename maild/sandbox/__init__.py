"""A little mail world on one machine: to try, to demonstrate, to test."""
