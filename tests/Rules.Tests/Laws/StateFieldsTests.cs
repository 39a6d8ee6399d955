using System.Reflection;
using TrainingDoctor.Differences;
using TrainingDoctor.Reports;
using TrainingDoctor.Snapshots;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Tests.Laws;

/// <summary>No rule keeps what a snapshot cannot write: read from the fields of every evaluator and of the engine, whatever a run makes of them.</summary>
public sealed class StateFieldsTests
{
    private static readonly AllowedTypes Allowed = new(assembly => assembly == typeof(RuleEngine).Assembly || assembly == typeof(SupervisedDiagnosis).Assembly);

    [Fact]
    public void NoRuleKeepsWhatNoSnapshotHolds()
    {
        Type[] roots =
        [
            typeof(RuleEngine), typeof(SupervisedDiagnosis), typeof(TelemetryReplay), typeof(RunTrace), typeof(SeriesCollector), typeof(RunDescription), typeof(Symptom),
            .. typeof(RuleEngine).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RuleEvaluator)) && !type.ContainsGenericParameters),
        ];

        var refused = Reached(roots).Where(entry => !CanBeWritten(entry.Key)).Select(entry => $"{entry.Key} by {entry.Value}");

        Assert.True(roots.Length > 70, $"{roots.Length} roots");
        Assert.Empty(refused);
    }

    private static bool CanBeWritten(Type type)
    {
        var shape = TypeShape.Of(type);
        return shape.Kind is ValueKind.Primitive or ValueKind.Nullable
            || type == typeof(string) || type == typeof(object) || type == typeof(Lock) || type == typeof(Type) || type == typeof(Exception)
            || type.IsInterface || type.IsSZArray || typeof(Delegate).IsAssignableFrom(type) || HashedCollection.Of(type) is not null || Allowed.IsPlain(type);
    }

    private static Dictionary<Type, string> Reached(Type[] roots)
    {
        var reached = roots.ToDictionary(root => root, root => root.Name);
        var open = new Queue<Type>(roots);
        while (open.TryDequeue(out var type))
        {
            IEnumerable<(Type Type, string Label)> next = type.IsArray ? [(type.GetElementType()!, "[]")]
                : Allowed.IsOwn(type.Assembly) ? Fields(type)
                : type.IsGenericType && !typeof(Delegate).IsAssignableFrom(type) ? type.GenericTypeArguments.Select(argument => (argument, argument.Name)) : [];
            foreach (var (further, label) in next.Where(item => reached.TryAdd(item.Type, $"{reached[type]} > {item.Label}")))
            {
                open.Enqueue(further);
            }
        }

        return reached;
    }

    private static IEnumerable<(Type Type, string Label)> Fields(Type type)
    {
        for (var level = type; level is not null && Allowed.IsOwn(level.Assembly); level = level.BaseType)
        {
            foreach (var field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return (field.FieldType, field.Name);
            }
        }
    }
}
