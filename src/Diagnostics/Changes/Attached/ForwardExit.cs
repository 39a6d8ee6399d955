using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>Stands at the exit of a module of any arity that answers with a tensor, and may change the answer.</summary>
internal static class ForwardExit
{
    /// <summary>Places itself.</summary>
    /// <param name="module">The module.</param>
    /// <param name="after">Takes the answer and returns what stands in its place; null to leave it.</param>
    /// <returns>Takes it off again; null where the module answers with something else.</returns>
    public static Action? Place(nn.Module module, Func<Tensor, Tensor?> after)
    {
        for (var type = module.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.DeclaringType == typeof(nn) && type.Name.StartsWith("Module`", StringComparison.Ordinal) && type.GetGenericArguments() is [.. var arguments, var answer])
            {
                var place = answer != typeof(Tensor) ? null : typeof(ForwardExit).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
                    .SingleOrDefault(method => method.Name == nameof(PlaceOn) && method.GetGenericArguments().Length == arguments.Length);
                return (Action?)place?.MakeGenericMethod(arguments).Invoke(null, [module, after]);
            }
        }

        return null;
    }

    private static Action PlaceOn<T>(nn.Module<T, Tensor> module, Func<Tensor, Tensor?> after) => module.register_forward_hook((_, _, output) => after(output) ?? output).remove;

    private static Action PlaceOn<T1, T2>(nn.Module<T1, T2, Tensor> module, Func<Tensor, Tensor?> after) => module.register_forward_hook((_, _, _, output) => after(output) ?? output).remove;

    private static Action PlaceOn<T1, T2, T3>(nn.Module<T1, T2, T3, Tensor> module, Func<Tensor, Tensor?> after) => module.register_forward_hook((_, _, _, _, output) => after(output) ?? output).remove;
}
