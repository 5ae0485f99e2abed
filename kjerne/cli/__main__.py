from kjerne.cli.app import main

if __name__ == "__main__":  # a process that reads a part of a large file imports this module too
    main()
