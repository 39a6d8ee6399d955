using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Places hooks on modules of any arity. They see input and output and pass the output on unchanged.</summary>
internal sealed class ForwardHook : IDisposable
{
    private readonly Action _remove;

    private ForwardHook(Action remove) => _remove = remove;

    /// <summary>Takes what went into a module and what came out of it.</summary>
    /// <param name="input">The first argument.</param>
    /// <param name="output">The result: a tensor, a tuple of tensors, or something else.</param>
    public delegate void Observer(object? input, object? output);

    /// <summary>Places a hook.</summary>
    /// <param name="module">The module.</param>
    /// <param name="observer">Is told of every call.</param>
    /// <returns>Null where the module is of no kind that has hooks.</returns>
    public static ForwardHook? Place(nn.Module module, Observer observer)
    {
        // Nearly all layers are of this kind: thousands of them need no reflection.
        if (module is nn.Module<Tensor, Tensor> usual)
        {
            return PlaceOn(usual, observer);
        }

        for (var type = module.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.DeclaringType == typeof(nn) && type.Name.StartsWith("Module`", StringComparison.Ordinal))
            {
                var arguments = type.GetGenericArguments();
                var place = typeof(ForwardHook).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
                    .SingleOrDefault(method => method.Name == nameof(PlaceOn) && method.GetGenericArguments().Length == arguments.Length);
                return (ForwardHook?)place?.MakeGenericMethod(arguments).Invoke(null, [module, observer]);
            }
        }

        return null;
    }

    /// <summary>Removes the hook.</summary>
    public void Dispose() => _remove();

    private static ForwardHook PlaceOn<T, TResult>(nn.Module<T, TResult> module, Observer observer)
    {
        var remover = module.register_forward_hook((_, input, output) => Tell(observer, input, output));
        return new ForwardHook(remover.remove);
    }

    private static ForwardHook PlaceOn<T1, T2, TResult>(nn.Module<T1, T2, TResult> module, Observer observer)
    {
        var remover = module.register_forward_hook((_, input, _, output) => Tell(observer, input, output));
        return new ForwardHook(remover.remove);
    }

    private static ForwardHook PlaceOn<T1, T2, T3, TResult>(nn.Module<T1, T2, T3, TResult> module, Observer observer)
    {
        var remover = module.register_forward_hook((_, input, _, _, output) => Tell(observer, input, output));
        return new ForwardHook(remover.remove);
    }

    private static ForwardHook PlaceOn<T1, T2, T3, T4, TResult>(nn.Module<T1, T2, T3, T4, TResult> module, Observer observer)
    {
        var remover = module.register_forward_hook((_, input, _, _, _, output) => Tell(observer, input, output));
        return new ForwardHook(remover.remove);
    }

    private static ForwardHook PlaceOn<T1, T2, T3, T4, T5, TResult>(nn.Module<T1, T2, T3, T4, T5, TResult> module, Observer observer)
    {
        var remover = module.register_forward_hook((_, input, _, _, _, _, output) => Tell(observer, input, output));
        return new ForwardHook(remover.remove);
    }

    private static ForwardHook PlaceOn<T1, T2, T3, T4, T5, T6, TResult>(nn.Module<T1, T2, T3, T4, T5, T6, TResult> module, Observer observer)
    {
        var remover = module.register_forward_hook((_, input, _, _, _, _, _, output) => Tell(observer, input, output));
        return new ForwardHook(remover.remove);
    }

    private static TResult Tell<TInput, TResult>(Observer observer, TInput input, TResult output)
    {
        observer(input, output);
        return output;
    }
}
