using System.Collections;
using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>A module that stands in for another.</summary>
internal interface IStandIn
{
    /// <summary>Gets the module that it stands in for.</summary>
    nn.Module Original { get; }

    /// <summary>Gets a value indicating whether it was taken out and released.</summary>
    bool IsRetired { get; }

    /// <summary>Releases the stand-in, and the stand-in only.</summary>
    void Retire();
}

/// <summary>
/// Puts stand-ins into the fields, arrays and lists of a model's own modules, wherever the declared type allows it, and takes them out again.
/// What is declared as the layer's concrete type (<c>Linear</c>) cannot be stood in for, and what the program casts to it must not be.
/// </summary>
internal sealed class StandIns : IDisposable
{
    private readonly Dictionary<nn.Module, nn.Module> _standIns = new(ReferenceEqualityComparer.Instance);
    private readonly List<Action> _places = [];

    /// <summary>Puts stand-ins in place.</summary>
    /// <param name="model">The model.</param>
    public static StandIns Place(nn.Module model)
    {
        var placed = new StandIns();
        var leaves = model.modules().Where(module => !module.children().Any()).ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        foreach (var holder in model.modules().Append(model).Distinct<nn.Module>(ReferenceEqualityComparer.Instance))
        {
            // A sequence runs its layers through call by itself.
            if (holder is not TorchSharp.Modules.Sequential && holder.children().Any())
            {
                placed.PlaceIn(holder, leaves);
            }
        }

        return placed;
    }

    /// <summary>Puts the originals back.</summary>
    public void Dispose()
    {
        _places.ForEach(putBack => putBack());
        _places.Clear();
        foreach (var standIn in _standIns.Values.OfType<IStandIn>())
        {
            standIn.Retire();
        }

        _standIns.Clear();
    }

    private void PlaceIn(nn.Module holder, HashSet<nn.Module> leaves)
    {
        for (var type = holder.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                switch (field.GetValue(holder))
                {
                    case nn.Module module when For(module, field.FieldType, holder, leaves) is { } standIn:
                        field.SetValue(holder, standIn);
                        _places.Add(() => PutBack(field, holder, module, standIn));
                        break;
                    case IList list and not nn.Module when !list.IsReadOnly && ElementType(field.FieldType) is { } element:
                        PlaceIn(list, element, holder, leaves);
                        break;
                }
            }
        }
    }

    private void PlaceIn(IList list, Type element, nn.Module holder, HashSet<nn.Module> leaves)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] is nn.Module module && For(module, element, holder, leaves) is { } standIn)
            {
                list[i] = standIn;
                _places.Add(() => PutBack(list, module, standIn));
            }
        }
    }

    /// <summary>What was there before may itself have stood in, for another monitor that is gone by now.</summary>
    private static nn.Module Living(nn.Module before) => before is IStandIn { IsRetired: true } standIn ? standIn.Original : before;

    /// <summary>What the user has put there since stays.</summary>
    private static void PutBack(FieldInfo field, object holder, nn.Module before, nn.Module standIn)
    {
        if (ReferenceEquals(field.GetValue(holder), standIn))
        {
            field.SetValue(holder, Living(before));
        }
    }

    private static void PutBack(IList list, nn.Module before, nn.Module standIn)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (ReferenceEquals(list[i], standIn))
            {
                list[i] = Living(before);
            }
        }
    }

    private static Type? ElementType(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.GetInterfaces().Append(type).FirstOrDefault(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(IList<>))?.GetGenericArguments()[0];

    /// <summary>Gets the stand-in of a layer, the same wherever the layer is held; null where the declared type allows none, or the program would notice.</summary>
    private nn.Module? For(nn.Module module, Type declared, nn.Module holder, HashSet<nn.Module> leaves)
    {
        module = module is IStandIn other ? other.Original : module;
        if (!leaves.Contains(module) || !declared.IsGenericType || declared.GetGenericTypeDefinition() != typeof(nn.Module<,>) || !declared.IsInstanceOfType(module))
        {
            return null;
        }

        var type = typeof(StandIn<,>).MakeGenericType(declared.GetGenericArguments());
        if (ConcreteUses.Tell(holder.GetType(), module.GetType(), type))
        {
            return null;
        }

        if (!_standIns.TryGetValue(module, out var standIn))
        {
            standIn = (nn.Module)Activator.CreateInstance(type, module)!;
            _standIns.Add(module, standIn);
        }

        return standIn;
    }
}
