using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace TrainingDoctor.Tests;

/// <summary>The house as it is built: which room's types use which other room's, read from the assemblies.</summary>
internal static class House
{
    private static readonly Lazy<IReadOnlyDictionary<(string From, string To), string>> Built = new(Read);

    /// <summary>Gets the arrows between rooms, each with one example of a type and what it uses.</summary>
    public static IReadOnlyDictionary<(string From, string To), string> Arrows => Built.Value;

    private static Dictionary<(string From, string To), string> Read()
    {
        var files = SourceFile.All.SelectMany(file => file.Types.Select(type => (Type: type, file.Path))).DistinctBy(pair => pair.Type).ToDictionary(pair => pair.Type, pair => pair.Path);
        var architecture = new ArchLoader().LoadAssemblies(typeof(RuleEngine).Assembly, typeof(TrainingMonitor).Assembly, System.Reflection.Assembly.Load("traindoctor")).Build();
        var arrows = new Dictionary<(string, string), string>();
        foreach (var type in architecture.Types)
        {
            if (RoomOf(type) is not { } from)
            {
                continue;
            }

            foreach (var target in type.Dependencies.Select(dependency => dependency.Target))
            {
                if (RoomOf(target) is { } to && to != from)
                {
                    arrows.TryAdd((from, to), $"{type.Name} uses {target.Name}");
                }
            }
        }

        return arrows;

        // What compilers and generators make belongs to the type around it, or to no room.
        string? RoomOf(IType type) => files.TryGetValue(type.FullName.Split('+')[0], out string? file) ? Room.NameOf(file) : null;
    }
}
