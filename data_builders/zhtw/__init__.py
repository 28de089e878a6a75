"""Chinese as Taiwan writes it: tell which script a text is in, and convert only what is Simplified."""
