"""What bench/run measures, a file for each subject."""
