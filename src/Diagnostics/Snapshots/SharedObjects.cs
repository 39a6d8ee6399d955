using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TrainingDoctor.Snapshots;

/// <summary>
/// What a state refers to without having it as its own: what the rules' assembly holds once for all runs (descriptions of rules and metrics, tables), and the rules of the host with their options. A
/// snapshot names them by their places; a host whose rules are not the same has other places, which the fingerprint tells.
/// </summary>
internal sealed class SharedObjects
{
    private static readonly Lazy<object?[]> Statics = new(() => [.. StaticsOf(typeof(RuleEngine).Assembly)]);
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Singletons = new();
    private static readonly ConditionalWeakTable<RuleSet, SharedObjects> Known = [];

    private readonly List<object?> _objects;
    private readonly Dictionary<object, int> _places = new(ReferenceEqualityComparer.Instance);

    private SharedObjects(IEnumerable<object?> objects)
    {
        _objects = [.. objects];
        for (int i = 0; i < _objects.Count; i++)
        {
            if (_objects[i] is { } shared)
            {
                _places.TryAdd(shared, i);
            }
        }
    }

    /// <summary>Gets what tells whether another host has the same: 16 bytes.</summary>
    public byte[] Fingerprint { get; private init; } = [];

    /// <summary>Returns what runs share that are judged by some rules.</summary>
    /// <param name="rules">The rules.</param>
    /// <exception cref="SnapshotException">The rules hold something that cannot be written.</exception>
    public static SharedObjects Of(RuleSet rules) => Known.GetValue(rules, static rules =>
    {
        // Whoever made the rules: they are compared, and never made from a snapshot.
        var written = new GraphWriter(new AllowedTypes(static assembly => !AllowedTypes.IsOfRuntime(assembly)), new SharedObjects(Statics.Value)).Write(rules);
        var hash = new XxHash128();
        foreach (var part in written.Parts)
        {
            hash.Append(part.Span);
        }

        foreach (var assembly in written.Assemblies)
        {
            hash.Append(assembly.ManifestModule.ModuleVersionId.ToByteArray());
        }

        return new SharedObjects([.. Statics.Value, .. written.Objects]) { Fingerprint = hash.GetCurrentHash() };
    });

    /// <summary>Finds the place of an object.</summary>
    /// <param name="candidate">The object.</param>
    /// <returns>Null when it is not shared.</returns>
    public int? PlaceOf(object candidate) => _places.TryGetValue(candidate, out int place) ? place : null;

    /// <summary>Returns the object of a place.</summary>
    /// <param name="place">The place.</param>
    /// <exception cref="SnapshotException">There is none.</exception>
    public object At(int place) => place >= 0 && place < _objects.Count && _objects[place] is { } shared ? shared : throw new SnapshotException("it refers to what is not shared here");

    /// <summary>Finds the field in which a type keeps an object that exists once, as what the compiler makes of functions without a state.</summary>
    /// <param name="candidate">The object.</param>
    /// <returns>The field; null when the type keeps no such object, or another one.</returns>
    public static FieldInfo? SingletonField(object candidate) => SingletonFields(candidate.GetType()).FirstOrDefault(field => ReferenceEquals(field.GetValue(null), candidate));

    /// <summary>Returns the fields in which a type keeps objects of its own that exist once.</summary>
    /// <param name="type">The type.</param>
    public static IReadOnlyList<FieldInfo> SingletonFields(Type type) => Singletons.GetOrAdd(type, static type => [.. Readonly(type).Where(field => field.FieldType == type)]);

    private static IEnumerable<object?> StaticsOf(Assembly assembly) => assembly.GetTypes()
        .Where(type => !type.ContainsGenericParameters && type.Name != "<PrivateImplementationDetails>")
        .OrderBy(type => type.MetadataToken)
        .SelectMany(Readonly)
        .Where(field => !field.FieldType.IsValueType && field.FieldType != typeof(string) && !field.FieldType.IsPointer)
        .Select(field => field.GetValue(null));

    private static IOrderedEnumerable<FieldInfo> Readonly(Type type) => type
        .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(field => field.IsInitOnly && !field.IsLiteral)
        .OrderBy(field => field.MetadataToken);
}
