using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>Stands at the entry of a module of any arity: is told before each call, and may change the first argument where it is a tensor.</summary>
internal static class ForwardEntry
{
    /// <summary>Places itself.</summary>
    /// <param name="module">The module.</param>
    /// <param name="before">Takes the first argument, null where it is no tensor, and returns what the module is given in its place; null to leave it.</param>
    /// <returns>Takes it off again; null where the module is of no kind that has hooks.</returns>
    public static Action? Place(nn.Module module, Func<Tensor?, Tensor?> before)
    {
        for (var type = module.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.DeclaringType == typeof(nn) && type.Name.StartsWith("Module`", StringComparison.Ordinal))
            {
                var arguments = type.GetGenericArguments();
                var place = typeof(ForwardEntry).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
                    .SingleOrDefault(method => method.Name == nameof(PlaceOn) && method.GetGenericArguments().Length == arguments.Length);
                return (Action?)place?.MakeGenericMethod(arguments).Invoke(null, [module, before]);
            }
        }

        return null;
    }

    private static Action PlaceOn<T, TResult>(nn.Module<T, TResult> module, Func<Tensor?, Tensor?> before) => module.register_forward_pre_hook((_, input) => Changed(input, before)).remove;

    private static Action PlaceOn<T1, T2, TResult>(nn.Module<T1, T2, TResult> module, Func<Tensor?, Tensor?> before) =>
        module.register_forward_pre_hook((_, input, second) => (Changed(input, before), second)).remove;

    private static Action PlaceOn<T1, T2, T3, TResult>(nn.Module<T1, T2, T3, TResult> module, Func<Tensor?, Tensor?> before) =>
        module.register_forward_pre_hook((_, input, second, third) => (Changed(input, before), second, third)).remove;

    private static T Changed<T>(T input, Func<Tensor?, Tensor?> before) => before(input as Tensor) is T changed ? changed : input;
}
