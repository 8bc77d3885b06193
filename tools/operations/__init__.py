"""Commands for operators: the clients and the conversations of a deployed stack."""
