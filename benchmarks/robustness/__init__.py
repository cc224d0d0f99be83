"""What slang, typing errors, missing vowels, missing blanks and capitals cost."""
