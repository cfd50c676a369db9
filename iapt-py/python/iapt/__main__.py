"""`python -m iapt` is the command `iapt`."""

from ._cli import main

if __name__ == "__main__":
    main()
