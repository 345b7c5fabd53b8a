"""`python -m wxkf_cli` is the command `wxkf`."""

from wxkf_cli.cli import main

if __name__ == "__main__":
    main()
