using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

// Modules of one's own: nested, with functional activations, and one that calls its layers in the way that no hook sees.
string output = args is ["--output", var path] ? path : "report.json";
manual_seed(1);
var (training, validation) = RealData.Digits().Scale(1 / 16f).Split(seed: 1);
using var pixels = tensor(training.Features).reshape(training.Count, 64);
using var labels = tensor(training.Labels());

using var model = new DigitReader();
using var criterion = nn.CrossEntropyLoss();
using var optimizer = optim.Adam(model.parameters(), 0.002);
using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

for (int epoch = 1; epoch <= 12; epoch++)
{
    foreach (var rows in randperm(training.Count).split(32))
    {
        using var step = NewDisposeScope();
        optimizer.zero_grad();
        var y = labels[rows];
        var loss = criterion.call(model.call(pixels[rows]), y);
        loss.backward();
        optimizer.step();
        monitor.Step(loss, y);
    }
}

var report = monitor.Complete();
report.WriteJson(output);
using (no_grad())
using (NewDisposeScope())
{
    model.eval();
    var right = model.call(tensor(validation.Features).reshape(validation.Count, 64)).argmax(1).eq(tensor(validation.Labels()));
    Console.WriteLine($"{right.to_type(ScalarType.Float64).mean().item<double>():P1} of {validation.Count} digits never seen before are read right.");
}

Console.WriteLine($"{report.Coverage!.Fired} of {report.Coverage.Registered} layers were seen. Not seen: {string.Join(", ", report.Coverage.Silent)}");
Console.WriteLine($"Verdict: {report.Verdict}. {report.Primary?.Message}");
return report.Verdict == Verdict.Healthy ? 0 : 1;

/// <summary>A module of modules: paths in the report follow the fields (<c>_block.normalized</c>).</summary>
internal sealed class DigitReader : nn.Module<Tensor, Tensor>
{
    private readonly ResidualBlock _block = new(64);
    private readonly ForwardCaller _head = new(64, 10);

    public DigitReader()
        : base(nameof(DigitReader)) => RegisterComponents();

    public override Tensor forward(Tensor input) => _head.call(_block.call(input));
}

// snippet: custom-module
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly Linear _first;
    private readonly ReLU _relu = nn.ReLU();
    private readonly Linear _second;

    public ResidualBlock(long width)
        : base(nameof(ResidualBlock))
    {
        (_first, _second) = (nn.Linear(width, width), nn.Linear(width, width));
        RegisterComponents(); // without it the optimizer gets no parameters, and the monitor no layers
    }

    public override Tensor forward(Tensor input)
    {
        var hidden = _relu.call(_first.call(input));                  // a module, run by call: measured
        return nn.functional.relu(input + _second.call(hidden));      // a function: its output is measured only where a module takes it
    }
}
// end-snippet

// snippet: forward-pitfall
internal sealed class ForwardCaller : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _hidden; // declared as a module: the monitor puts a stand-in into the field, and sees it
    private readonly Linear _out;                       // declared as Linear: nothing else fits into the field, so it is named in the report (TD0002)

    public ForwardCaller(long inputs, long outputs)
        : base(nameof(ForwardCaller))
    {
        (_hidden, _out) = (nn.Linear(inputs, inputs), nn.Linear(inputs, outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _out.forward(nn.functional.relu(_hidden.forward(input))); // call would run the hooks
}
// end-snippet
