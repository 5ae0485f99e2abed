from kjerne.cli.app import main

main()
