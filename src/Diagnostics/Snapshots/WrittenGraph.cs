using System.Reflection;

namespace TrainingDoctor.Snapshots;

/// <summary>A graph as bytes.</summary>
/// <param name="Count">The number of its objects.</param>
/// <param name="Parts">The bytes: what there is to be made, then what stands in each.</param>
/// <param name="Assemblies">The assemblies of which there are types in it, in the order of their numbers.</param>
/// <param name="Objects">The objects that are the graph's own, in the order of discovery.</param>
internal sealed record WrittenGraph(int Count, IReadOnlyList<ReadOnlyMemory<byte>> Parts, IReadOnlyList<Assembly> Assemblies, IReadOnlyList<object> Objects);
