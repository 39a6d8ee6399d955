using TorchSharp.Modules;

namespace TrainingDoctor.Corpus;

/// <summary>Calls its layers with <c>forward</c>, so that no hook of theirs fires.</summary>
internal sealed class ForwardCaller : Module<Tensor, Tensor>
{
    private readonly Linear _first = Linear(64, 64);
    private readonly Linear _second = Linear(64, 10);

    public ForwardCaller()
        : base(nameof(ForwardCaller)) => RegisterComponents();

    public override Tensor forward(Tensor input) => _second.forward(functional.relu(_first.forward(input)));
}

/// <summary>Keeps its hidden layers in an array, which registers nothing: no optimizer ever sees them.</summary>
internal sealed class ArrayKeeper : Module<Tensor, Tensor>
{
    private readonly Linear[] _hidden = [Linear(64, 64), Linear(64, 64)];
    private readonly Linear _head = Linear(64, 10);

    public ArrayKeeper()
        : base(nameof(ArrayKeeper)) => RegisterComponents();

    public override Tensor forward(Tensor input) => _head.call(_hidden.Aggregate(input, (x, layer) => functional.relu(layer.call(x))));
}

/// <summary>Cuts the graph between its body and its head: the body gets no gradient.</summary>
internal sealed class DetachedBody : Module<Tensor, Tensor>
{
    private readonly Sequential _body = Net.Chain(Linear(64, 64), ReLU());
    private readonly Linear _head = Linear(64, 10);

    public DetachedBody()
        : base(nameof(DetachedBody)) => RegisterComponents();

    public override Tensor forward(Tensor input) => _head.call(_body.call(input).detach());
}

/// <summary>Holds a branch that its forward pass never uses.</summary>
internal sealed class UnusedBranch : Module<Tensor, Tensor>
{
    private readonly Sequential _used = Net.Perceptron(() => ReLU(), 64, 64, 10);
    private readonly Sequential _unused = Net.Perceptron(() => ReLU(), 64, 64, 10);

    public UnusedBranch()
        : base(nameof(UnusedBranch)) => RegisterComponents();

    public override Tensor forward(Tensor input) => _used.call(input);

    public override string ToString() => $"{_used} beside {_unused}";
}
