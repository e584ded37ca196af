"""Where kernels run: in this process, in several, or on a Spark Connect server. What they compute is the same bytes.

A kernel is a pure function, named by where it is imported from ("trucewatch.package.module:function"), from the Arrow
record batches of one slab to record batches. A slab is given whole, so that neither the number of workers nor the order
in which they finish can change a result; results come back in the order of the slabs.
"""
