using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using TrainingDoctor.Sources;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>
/// Finds out from the code of a model whether it may keep something from one call to the next in fields of its own: hidden states, counters, histories. Such a model must not be called more
/// often than its program calls it, since what stands in its fields cannot be put back.
/// </summary>
/// <remarks>
/// It counts as such where a method other than a constructor stores into a field of a module, or a static one, or changes a collection in a method that reads one from a field. Layers of torch
/// keep what they keep in parameters and buffers. Code that cannot be read may keep anything.
/// </remarks>
internal static class RememberingCode
{
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly HashSet<string> Changing = ["Add", "AddRange", "AddFirst", "AddLast", "Append", "Clear", "Dequeue", "Enqueue", "Insert", "Pop", "Push", "Remove", "RemoveAt", "TryAdd", "TryDequeue", "set_Item"];

    private static readonly ConcurrentDictionary<Type, bool> OfTypes = new();

    /// <summary>Tells whether any module of a model may remember.</summary>
    public static bool Is(nn.Module model) => model.named_modules().Select(item => item.module).Prepend(model).Select(module => module.GetType()).Distinct().Any(Is);

    private static bool Is(Type module)
    {
        for (var type = module; type is not null && type.Assembly != typeof(nn.Module).Assembly && type.Assembly != typeof(RememberingCode).Assembly; type = type.BaseType)
        {
            if (OfTypes.GetOrAdd(type, Scan))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lambdas, iterators and local functions are in types within the one that they were written in.</summary>
    private static bool Scan(Type type) =>
        type.GetMethods(Everything).Where(method => !IsPlainSetter(method)).Any(Remembers)
        || type.GetNestedTypes(Everything).Where(nested => !typeof(nn.Module).IsAssignableFrom(nested)).Any(Scan);

    /// <summary>Who sets a property from outside does so once; who does within a method is found there.</summary>
    private static bool IsPlainSetter(MethodInfo method) => method.IsSpecialName && method.Name.StartsWith("set_", StringComparison.Ordinal) && method.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool Remembers(MethodInfo method)
    {
        try
        {
            if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            {
                return false;
            }

            var members = IntermediateCode.Members(method, code).ToList();
            bool readsCollection = members.Exists(member => member.Target is FieldInfo field && IsKept(field) && field.FieldType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(field.FieldType) && !typeof(nn.Module).IsAssignableFrom(field.FieldType));
            return members.Exists(member => member switch
            {
                (_, var instruction, FieldInfo field) => (instruction == OpCodes.Stfld || instruction == OpCodes.Stsfld || instruction == OpCodes.Ldflda || instruction == OpCodes.Ldsflda) && IsKept(field) && !IsReadOnly(instruction, field),
                (_, _, MethodInfo called) => (called.IsSpecialName && called.Name.StartsWith("set_", StringComparison.Ordinal) && typeof(nn.Module).IsAssignableFrom(called.DeclaringType) && called.DeclaringType!.Assembly != typeof(nn.Module).Assembly)
                    || (readsCollection && Changing.Contains(called.Name) && called.DeclaringType?.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true),
                _ => false,
            });
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return true;
        }
    }

    /// <summary>What the compiler keeps for lambdas and iterators is no memory of the model.</summary>
    private static bool IsKept(FieldInfo field) => field.DeclaringType is { } owner && !owner.Name.StartsWith('<') && (field.IsStatic || typeof(nn.Module).IsAssignableFrom(owner));

    /// <summary>The address of a field is taken to read a member of it, too; of one that can't be written, that is all.</summary>
    private static bool IsReadOnly(OpCode instruction, FieldInfo field) => (instruction == OpCodes.Ldflda || instruction == OpCodes.Ldsflda) && field.IsInitOnly;
}
