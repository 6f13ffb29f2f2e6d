"""The data, one data set a file."""
