"""Files of strangers are parsed only here: in a child without network, with little memory and little time."""
