using System.Collections.Concurrent;
using System.Reflection;
using TrainingDoctor.Sources;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>
/// Finds out from the code of a program which concrete types it asks of the layers that a module holds: a cast (<c>((Linear)first).weight</c>), a test (<c>first is Linear</c>), a
/// comparison of types or a type argument. What stands in for a layer is no <c>Linear</c>, so that such code would break or go another way.
/// </summary>
/// <remarks>
/// Within a module's own methods each use of a concrete type counts, wherever its operand came from; its constructors are over by the time a monitor is attached. In other code only what
/// is cast as it comes from a field or property of the module counts: programs look through <c>modules()</c> for layers of a type, and what they find there is always the original.
/// What goes through reflection or <c>dynamic</c> cannot be seen.
/// </remarks>
internal static class ConcreteUses
{
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<Type, HashSet<Type>>> OfAssemblies = new();

    /// <summary>Tells whether a program may notice that something stands in for a layer.</summary>
    /// <param name="holder">The type of the module that holds the layer.</param>
    /// <param name="original">The type of the layer.</param>
    /// <param name="standIn">The type of what would stand in for it.</param>
    public static bool Tell(Type holder, Type original, Type standIn)
    {
        for (var type = holder; type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            foreach (var assembly in new[] { type.Assembly, Assembly.GetEntryAssembly() }.OfType<Assembly>().Distinct())
            {
                if (Of(assembly).TryGetValue(Definition(type), out var asked) && asked.Any(concrete => concrete == typeof(ConcreteUses) || (concrete.IsAssignableFrom(original) && !concrete.IsAssignableFrom(standIn))))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Type Definition(Type type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;

    private static IReadOnlyDictionary<Type, HashSet<Type>> Of(Assembly assembly) => OfAssemblies.GetOrAdd(assembly, static found =>
    {
        var uses = new Dictionary<Type, HashSet<Type>>();

        // What a framework asks of layers it asks of its own.
        if (found != typeof(nn.Module).Assembly && found != typeof(ConcreteUses).Assembly && found != typeof(object).Assembly)
        {
            foreach (var type in Types(found))
            {
                Scan(type, uses);
            }
        }

        return uses;
    });

    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();
        }
    }

    private static void Scan(Type type, Dictionary<Type, HashSet<Type>> uses)
    {
        var owner = ModuleAround(type);
        foreach (var method in type.GetMethods(Everything).Concat<MethodBase>(owner == type ? [] : type.GetConstructors(Everything)))
        {
            try
            {
                if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
                {
                    continue;
                }

                foreach (var (concrete, from) in IntermediateCode.TypesAskedFor(method, code))
                {
                    if (typeof(nn.Module).IsAssignableFrom(concrete))
                    {
                        Add(owner, concrete);
                        Add(from is not null && typeof(nn.Module).IsAssignableFrom(from) ? from : null, concrete);
                    }
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // Code that cannot be read may ask for anything.
                Add(owner, typeof(ConcreteUses));
            }
        }

        void Add(Type? module, Type concrete)
        {
            if (module is not null)
            {
                (uses.TryGetValue(Definition(module), out var asked) ? asked : uses[Definition(module)] = []).Add(concrete);
            }
        }
    }

    /// <summary>Lambdas, iterators and asynchronous methods are types within the one that they were written in.</summary>
    private static Type? ModuleAround(Type type)
    {
        for (var around = type; around is not null; around = around.DeclaringType)
        {
            if (typeof(nn.Module).IsAssignableFrom(around))
            {
                return around;
            }
        }

        return null;
    }
}
