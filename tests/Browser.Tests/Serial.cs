// Tests that look at the clock must not wait for each other's browser and host.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
