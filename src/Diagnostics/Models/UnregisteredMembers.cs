using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>Walks the fields of custom modules for layers and parameters that were never registered: the mistake that TorchSharp users ask about most.</summary>
internal static class UnregisteredMembers
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<UnregisteredMember> Find(nn.Module model) => [.. Walk(model).Select(found => found.Member)];

    /// <summary>Returns the layers themselves, for registering them.</summary>
    public static IReadOnlyList<nn.Module> FindModules(nn.Module model) => [.. Walk(model).Select(found => found.Value).OfType<nn.Module>()];

    private static List<(UnregisteredMember Member, object Value)> Walk(nn.Module model)
    {
        var modules = new HashSet<object>(model.named_modules().Select(item => (object)item.module).Append(model), ReferenceEqualityComparer.Instance);
        var parameters = model.parameters().Select(parameter => parameter.Handle).ToHashSet();
        var found = new List<(UnregisteredMember Member, object Value)>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var (path, module) in model.named_modules().Append((string.Empty, model)).DistinctBy(item => item.Item2))
        {
            if (module.GetType().Assembly == typeof(Linear).Assembly)
            {
                continue;
            }

            foreach (var (member, value) in Members(module))
            {
                Visit(path.Length == 0 || ReferenceEquals(module, model) ? member : $"{path}.{member}", value, 0);
            }
        }

        return found;

        void Visit(string name, object? value, int depth)
        {
            if (value is null || depth > 3 || !seen.Add(value))
            {
                return;
            }

            switch (value)
            {
                case nn.Module child when !modules.Contains(child):
                    if (!IsLoss(child))
                    {
                        found.Add((new UnregisteredMember(name, child.GetType().Name, child.parameters().Sum(parameter => parameter.NumberOfElements)), child));
                    }

                    break;
                case Parameter parameter when !parameters.Contains(parameter.Handle):
                    found.Add((new UnregisteredMember(name, nameof(Parameter), parameter.NumberOfElements), parameter));
                    break;
                case Delegate { Target: { } closure } when closure is not nn.Module && closure.GetType().IsDefined(typeof(CompilerGeneratedAttribute), inherit: false):
                    // A local function or lambda keeps the layers that it calls in an object of the compiler's.
                    foreach (var field in closure.GetType().GetFields(Own))
                    {
                        Visit($"{name}.{field.Name}", field.GetValue(closure), depth + 1);
                    }

                    break;
                case IDictionary dictionary:
                    foreach (DictionaryEntry entry in dictionary)
                    {
                        Visit($"{name}[{entry.Key}]", entry.Value, depth + 1);
                    }

                    break;
                case IList list when value is not string:
                    for (int i = 0; i < list.Count && (i == 0 || list[i] is nn.Module or Parameter or IEnumerable); i++)
                    {
                        Visit(string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), list[i], depth + 1);
                    }

                    break;
            }
        }
    }

    /// <summary>A loss kept in a field has nothing to train and nothing to register.</summary>
    private static bool IsLoss(nn.Module module) => module.GetType().Name.Contains("Loss", StringComparison.Ordinal) && !module.parameters().Any();

    private static IEnumerable<(string Name, object? Value)> Members(nn.Module module)
    {
        for (var type = module.GetType(); type is not null && type.Assembly != typeof(Linear).Assembly; type = type.BaseType)
        {
            foreach (var field in type.GetFields(Own).Where(field => !field.FieldType.IsPrimitive && !field.FieldType.IsPointer))
            {
                // The backing field of an automatic property carries the property's name in angle brackets.
                string name = field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
                yield return (name, field.GetValue(module));
            }
        }
    }
}
