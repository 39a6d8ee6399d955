using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Treatments;

/// <summary>A training as somebody would write it, step by step.</summary>
internal sealed class TreatedTraining : IDisposable
{
    private readonly Random _random = new(1);

    public TreatedTraining(Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer>? optimizer = null, bool frozen = false, TreatedTraining? like = null)
    {
        manual_seed(1);
        First = nn.Linear(6, 8);
        Model = nn.Sequential(("first", First), ("relu", nn.ReLU()), ("last", nn.Linear(8, 3)));
        if (like is not null)
        {
            Model.load_state_dict(like.Model.state_dict());
        }

        if (frozen)
        {
            foreach (var parameter in First.parameters())
            {
                parameter.requires_grad = false;
            }
        }

        Optimizer = (optimizer ?? (parameters => optim.SGD(parameters, 0.1)))(Model.parameters());
    }

    public TorchSharp.Modules.Linear First { get; }

    public TorchSharp.Modules.Sequential Model { get; }

    public optim.Optimizer Optimizer { get; set; }

    public nn.Module<Tensor, Tensor, Tensor> Loss { get; init; } = nn.CrossEntropyLoss();

    public ScalarType Type { get; set; } = ScalarType.Float32;

    public bool ClearsGradients { get; init; } = true;

    public bool TakesSteps { get; init; } = true;

    public bool OneHot { get; init; }

    public float InputScale { get; init; } = 1;

    public float InputShift { get; init; }

    public double CrossEntropyBefore { get; private set; }

    public double Rate => Optimizer.ParamGroups.First().LearningRate;

    public void SetRate(double rate) => Optimizer.ParamGroups.First().LearningRate = rate;

    public void Call()
    {
        using var scope = NewDisposeScope();
        Model.call(zeros(2, 6, dtype: Type));
    }

    public double Step(TrainingMonitor? monitor, Action? beforeStep = null)
    {
        using var scope = NewDisposeScope();
        var input = tensor(Enumerable.Range(0, 60).Select(_ => (InputScale * (float)_random.NextDouble()) + InputShift).ToArray(), 10, 6).to_type(Type);
        var classes = tensor(Enumerable.Range(0, 10).Select(_ => (long)_random.Next(3)).ToArray());
        var target = OneHot ? nn.functional.one_hot(classes, 3).to_type(Type) : classes;
        if (ClearsGradients)
        {
            Optimizer.zero_grad();
        }

        var output = Model.call(input);
        CrossEntropyBefore = nn.functional.cross_entropy(output, classes).to_type(ScalarType.Float64).item<double>();
        var loss = Loss.call(output, target);
        loss.backward();
        beforeStep?.Invoke();
        if (TakesSteps)
        {
            Optimizer.step();
        }

        monitor?.Step(loss, target);
        return loss.to_type(ScalarType.Float64).item<double>();
    }

    public double GradientNorm()
    {
        using var scope = NewDisposeScope();
        return Math.Sqrt(Model.parameters().Where(parameter => parameter.grad is not null).Sum(parameter => parameter.grad!.square().sum(ScalarType.Float64).item<double>()));
    }

    public double DistanceTo(TreatedTraining other)
    {
        using var scope = NewDisposeScope();
        return Model.parameters().Zip(other.Model.parameters()).Max(pair => (pair.First - pair.Second).abs().max().to_type(ScalarType.Float64).item<double>());
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Model.Dispose();
        Loss.Dispose();
    }
}
