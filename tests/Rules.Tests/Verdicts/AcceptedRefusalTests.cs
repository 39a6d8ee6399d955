using System.Reflection;
using System.Runtime.CompilerServices;

namespace TrainingDoctor.Tests.Verdicts;

/// <summary>Which arguments of the public methods are refused by their name where they are null, is written down, so that a check that is lost is seen.</summary>
public sealed class AcceptedRefusalTests
{
    private static readonly Assembly Rules = typeof(RuleEngine).Assembly;

    [Fact]
    public void NullIsRefusedWhereItWasAccepted() => AcceptedLines.Check("refusals",
    [
        .. (from type in Rules.GetExportedTypes()
            where !type.ContainsGenericParameters && !typeof(Delegate).IsAssignableFrom(type)
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where !method.IsAbstract && !method.ContainsGenericParameters && !method.IsDefined(typeof(CompilerGeneratedAttribute))
            from parameter in method.GetParameters()
            where IsNeverNull(parameter) && IsRefused(method, parameter)
            let line = $"{type.FullName}.{method.Name}({string.Join(", ", method.GetParameters().Select(other => other.Name))}): {parameter.Name}"
            select line).Order(StringComparer.Ordinal),
    ]);

    private static bool IsNeverNull(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && !parameter.ParameterType.IsByRef && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull;

    /// <summary>Tells whether a parameter is refused by its name when it is null and no other is.</summary>
    private static bool IsRefused(MethodInfo method, ParameterInfo absent)
    {
        object?[] arguments = [.. method.GetParameters().Select(parameter => parameter.Position == absent.Position ? null : Something(parameter.ParameterType))];
        try
        {
            method.Invoke(method.IsStatic ? null : Something(method.DeclaringType!), arguments);
            return false;
        }
        catch (TargetInvocationException exception)
        {
            return exception.InnerException is ArgumentNullException refused && refused.ParamName == absent.Name;
        }
    }

    /// <summary>Anything that is not null: no check of an argument looks into another.</summary>
    private static object? Something(Type type)
    {
        if (type == typeof(string))
        {
            return "1";
        }

        if (type.IsByRef || type.IsPointer)
        {
            return null;
        }

        if (type.IsArray)
        {
            return Array.CreateInstance(type.GetElementType()!, 0);
        }

        if (type.IsInterface && type.IsGenericType && type.GetGenericArguments() is [var element] && element.MakeArrayType() is var array && type.IsAssignableFrom(array))
        {
            return Array.CreateInstance(element, 0);
        }

        var concrete = type.IsAbstract || type.IsInterface ? Rules.GetTypes().FirstOrDefault(candidate => !candidate.IsAbstract && !candidate.ContainsGenericParameters && type.IsAssignableFrom(candidate)) : type;
        return concrete is null || typeof(Delegate).IsAssignableFrom(concrete) ? null : RuntimeHelpers.GetUninitializedObject(concrete);
    }
}
