using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Preflights;

/// <summary>A module made of parts and a function.</summary>
internal sealed class Net : nn.Module<Tensor, Tensor>
{
    private readonly Func<Net, Tensor, Tensor> _forward;
    private readonly Dictionary<string, nn.Module> _parts = [];

    public Net(Func<Net, Tensor, Tensor> forward, params (string Name, nn.Module Part)[] parts)
        : base("net")
    {
        _forward = forward;
        foreach (var (name, part) in parts)
        {
            _parts.Add(name, part);
            register_module(name, part);
        }
    }

    /// <summary>Gets or sets what a call keeps for the next.</summary>
    public Tensor? Kept { get; set; }

    public T Part<T>(string name)
        where T : nn.Module => (T)_parts[name];

    public Tensor Call(string name, Tensor x) => Part<nn.Module<Tensor, Tensor>>(name).call(x);

    public override Tensor forward(Tensor x) => _forward(this, x);
}

/// <summary>A program with what a preflight must, or must not, say of it.</summary>
internal sealed record Program(Func<nn.Module<Tensor, Tensor>> Model, Func<Tensor> Input, Func<Tensor> Target)
{
    public Func<Tensor, Tensor, Tensor> Loss { get; init; } = (output, target) => nn.functional.cross_entropy(output, target);

    public Func<nn.Module<Tensor, Tensor>, optim.Optimizer> Optimizer { get; init; } = model => optim.SGD(model.parameters(), 0.01);

    /// <summary>Gets the loss as a module; null for <see cref="Loss"/>.</summary>
    public Func<nn.Module<Tensor, Tensor, Tensor>>? Criterion { get; init; }

    /// <summary>Gets the rules that must have found something.</summary>
    public string[] Expected { get; init; } = [];

    /// <summary>Gets the layer that the first of them must name; null for any.</summary>
    public string? Layer { get; init; }

    public PreflightOptions Options { get; init; } = new() { LearningSteps = 20 };

    public DiagnosisReport Run()
    {
        manual_seed(7);
        using var scope = NewDisposeScope();
        var model = Model();
        using var optimizer = Optimizer(model);
        return Criterion is not null ? Preflight.Run(model, Criterion(), optimizer, Input(), Target(), Options) : Preflight.Run(model, Loss, optimizer, Input(), Target(), Options);
    }
}
