namespace TrainingDoctor.Tests.Packing;

/// <summary>The tests that share the packages, one after the other: each starts builds of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SharedPackages : ICollectionFixture<PackedRepository>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "packages";
}
