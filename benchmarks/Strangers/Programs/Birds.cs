using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Birds;

/// <summary>Few pictures of six birds are learnt upon a body that has seen many of other animals.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        manual_seed(37);
        var drawing = nn.Sequential(nn.Linear(6, 48), nn.Tanh(), nn.Linear(48, 64));
        var animals = randn(60, 6) * 1.6;
        var birds = randn(6, 6) * 2.2;
        var (manyX, manyY) = Sample(drawing, animals, 6000);
        var (x, y) = Sample(drawing, birds, 90);
        var (unseenX, unseenY) = Sample(drawing, birds, 500);

        using var learned = new AnimalNet(60);
        Pretrain(learned, manyX, manyY);

        using var model = new AnimalNet(6);
        if (repaired)
        {
            InitWeights(model);
        }

        model.body.load_state_dict(learned.body.state_dict());
        if (!repaired)
        {
            InitWeights(model);
        }

        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.0005);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 40; epoch++)
        {
            model.train();
            foreach (var rows in randperm(90).split(15))
            {
                using var scope = NewDisposeScope();
                var target = y[rows];
                optimizer.zero_grad();
                var loss = criterion.call(model.call(x[rows]), target);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, target);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var output = model.call(unseenX);
                double loss = criterion.call(output, unseenY).item<float>();
                double accuracy = output.argmax(1).eq(unseenY).to_type(ScalarType.Float32).mean().item<float>();
                monitor.Validation(loss, accuracy, epoch: epoch);
                if (epoch % 5 == 0)
                {
                    Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, accuracy {accuracy:P1}");
                }
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static void InitWeights(nn.Module model) => model.apply(module =>
    {
        if (module is Linear linear)
        {
            nn.init.kaiming_normal_(linear.weight, nonlinearity: nn.init.NonlinearityType.ReLU);
            nn.init.zeros_(linear.bias!);
        }
    });

    private static void Pretrain(AnimalNet model, Tensor x, Tensor y)
    {
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        for (int epoch = 1; epoch <= 8; epoch++)
        {
            foreach (var rows in randperm(x.shape[0]).split(60))
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                criterion.call(model.call(x[rows]), y[rows]).backward();
                optimizer.step();
            }
        }
    }

    // What makes an animal is six numbers; a picture shows them crookedly.
    private static (Tensor X, Tensor Y) Sample(nn.Module<Tensor, Tensor> drawing, Tensor kinds, int count)
    {
        using var still = no_grad();
        var label = randint((int)kinds.shape[0], [count], ScalarType.Int64);
        return (drawing.call(kinds[label] + randn(count, 6) * 0.6) * 2 + randn(count, 64) * 0.9, label);
    }
}

internal sealed class AnimalNet : nn.Module<Tensor, Tensor>
{
    public readonly Sequential body = nn.Sequential(("fc1", nn.Linear(64, 96)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(96, 32)), ("relu2", nn.ReLU()), ("norm", nn.LayerNorm(32)));
    public readonly Linear head;

    public AnimalNet(long kinds)
        : base(nameof(AnimalNet))
    {
        head = nn.Linear(32, kinds);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(body.call(x));
}
