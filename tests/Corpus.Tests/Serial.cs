// Torch has one generator of random numbers per process: tests that seed it must not run side by side.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
