using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>
/// What comes back of the step's outputs. Where no parameter has a gradient but zero when the step ends, what came back to the output of a linear head tells whether they were made and
/// cleared before anything used them: the gradient of its bias is the sum over all samples. The output is asked until a parameter is seen with a gradient.
/// </summary>
/// <param name="layers">Measures the gradients of layers' outputs; null where nobody asked for them.</param>
/// <param name="faults">Is told of faults.</param>
internal sealed class BackwardPass(ActivationGradients? layers, FaultGuard faults) : IDisposable
{
    private const string Part = "measuring activation gradients";

    private Tensor? _output;
    private nint _head;
    private bool _sawCleared;

    /// <summary>Gets a value indicating whether no parameter has been seen with a gradient yet.</summary>
    public bool IsLooking { get; private set; } = true;

    /// <summary>Asks the output of a layer to keep its gradient, where somebody wants it.</summary>
    /// <param name="scope">The layer.</param>
    /// <param name="output">What came out of it.</param>
    public void Keep(int scope, Tensor output)
    {
        if (layers is not null)
        {
            KeepLayer(layers, scope, output);
        }
    }

    /// <summary>Notes a layer that may turn out to be the model's head.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="output">What came out of it.</param>
    public void Note(nn.Module module, Tensor output)
    {
        if (IsLooking && module is Linear { bias: { requires_grad: true } })
        {
            _head = output.Handle;
        }
    }

    /// <summary>Asks the model's own output to keep its gradient.</summary>
    /// <param name="output">What the model returns. One that is not as its head made it is left alone, and so is one that takes part in no backward pass.</param>
    public void KeepOutput(Tensor output)
    {
        if (!IsLooking || _output is not null || output.Handle != _head || !output.requires_grad || output.is_leaf)
        {
            return;
        }

        output.retain_grad();

        // A second handle of the same tensor: the program may dispose of its own before the step ends.
        _output = output.alias().DetachFromDisposeScope();
    }

    /// <summary>Measures what came back to the layers, before the next backward pass.</summary>
    public void Measure()
    {
        if (layers is not null)
        {
            faults.Run(Part, layers.Measure);
        }
    }

    /// <summary>Tells what came back to the layers.</summary>
    /// <param name="observe">Takes the measurements.</param>
    public void Report(Action<Metric, int, double> observe)
    {
        if (layers is not null)
        {
            faults.Run(Part, () => layers.Report(observe));
        }
    }

    /// <summary>Tells of gradients that were made and cleared before the step could use them, and of the first step after such that used its own: a program may gather them in a place of its own first.</summary>
    /// <param name="areMissing">Whether no parameter has a gradient but zero now, and none has moved.</param>
    /// <param name="observe">Takes the measurement.</param>
    public void ReportCleared(bool areMissing, Action<Metric, int, double> observe)
    {
        IsLooking = areMissing;
        if (!areMissing && _sawCleared)
        {
            observe(Metric.GradientLost, ScopeTable.Run, 0);
        }

        using var gradient = areMissing ? _output?.grad : null;
        if (gradient is null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        if (gradient.reshape(-1, gradient.shape[^1]).sum(dim: 0).count_nonzero().item<long>() > 0)
        {
            _sawCleared = true;
            observe(Metric.GradientLost, ScopeTable.Run, 1);
        }
    }

    /// <summary>Lets go of the step's outputs.</summary>
    public void Clear()
    {
        _output?.Dispose();
        (_output, _head) = (null, 0);
        if (layers is not null)
        {
            faults.Run(Part, layers.Clear);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _output?.Dispose();
        layers?.Dispose();
    }

    // A method of its own: what the delegate closes over is allocated where it begins, also when it is not made.
    private void KeepLayer(ActivationGradients kept, int scope, Tensor output) => faults.Run(Part, () => kept.Keep(scope, output));
}
