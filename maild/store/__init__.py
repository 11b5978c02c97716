"""Memory: tables and the one transaction that records a decision."""
