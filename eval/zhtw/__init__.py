"""How much is Traditional Chinese, and how much of its wording is Taiwan's."""
