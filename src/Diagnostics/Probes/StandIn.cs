using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>
/// Stands in a field for a module that is called through <c>forward</c>, which fires no hooks, and runs it through <c>call</c>, which does.
/// It is registered nowhere and holds nothing; whatever else is asked of it, it asks the original.
/// </summary>
/// <typeparam name="T">What the module takes.</typeparam>
/// <typeparam name="TResult">What it returns.</typeparam>
internal sealed class StandIn<T, TResult>(nn.Module<T, TResult> original) : nn.Module<T, TResult>(original.GetName()), IStandIn
{
    /// <inheritdoc/>
    public nn.Module Original => original;

    /// <inheritdoc/>
    public bool IsRetired { get; private set; }

    /// <inheritdoc/>
    public override bool training => original.training;

    /// <inheritdoc/>
    public override TResult forward(T input) => original.call(input);

    /// <inheritdoc/>
    public void Retire()
    {
        IsRetired = true;
        Dispose();
    }

    /// <inheritdoc/>
    public override void train(bool train = true) => original.train(train);

    /// <inheritdoc/>
    public override void eval() => original.eval();

    /// <inheritdoc/>
    public override nn.Module apply(Action<nn.Module> fn)
    {
        original.apply(fn);
        return this;
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => IsRetired ? [] : original.named_parameters(recurse);

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters(bool recurse = true) => original.parameters(recurse);

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children() => original.named_children();

    /// <inheritdoc/>
    public override IEnumerable<nn.Module> children() => original.children();

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_modules() => IsRetired ? [] : original.named_modules();

    /// <inheritdoc/>
    public override IEnumerable<nn.Module> modules() => original.modules();

    /// <inheritdoc/>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null) => original.state_dict(destination, prefix);

    /// <inheritdoc/>
    public override (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null) =>
        original.load_state_dict(source, strict, skip);

    /// <inheritdoc/>
    public override bool has_parameter(string target) => original.has_parameter(target);

    /// <inheritdoc/>
    public override bool has_buffer(string target) => original.has_buffer(target);

    /// <inheritdoc/>
    public override Parameter? get_parameter(string target) => original.get_parameter(target);

    /// <inheritdoc/>
    public override Tensor? get_buffer(string target) => original.get_buffer(target);

    /// <inheritdoc/>
    public override string GetName() => original.GetName();

    /// <inheritdoc/>
    public override string? ToString() => original.ToString();

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !IsRetired)
        {
            original.Dispose();
            IsRetired = true;
        }

        // Retired, it has no parts that the base could dispose.
        base.Dispose(disposing);
    }
}
