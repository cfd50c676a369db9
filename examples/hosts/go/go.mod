module example.org/iapt-example

go 1.19
