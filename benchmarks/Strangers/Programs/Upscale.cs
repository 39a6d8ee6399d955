using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Upscale;

/// <summary>Draws a picture at twice its size.</summary>
internal static class Training
{
    private const int Size = 16, Epochs = 20;

    public static void Run(bool repaired, string report)
    {
        manual_seed(28);
        var (x, y) = Sample(480);
        var (unseenX, unseenY) = Sample(120);

        using var model = nn.Sequential(
            ("conv1", nn.Conv2d(1, 24, 3, padding: 1)), ("relu1", nn.ReLU()),
            ("conv2", nn.Conv2d(24, 24, 3, padding: 1)), ("relu2", nn.ReLU()),
            ("conv3", nn.Conv2d(24, 4, 3, padding: 1)), ("shuffle", nn.PixelShuffle(2)));
        using var criterion = nn.MSELoss();
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        var scheduler = optim.lr_scheduler.StepLR(optimizer, step_size: Epochs / 2, gamma: 0.1);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });

        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            model.train();
            foreach (var rows in randperm(480).split(24))
            {
                using var scope = NewDisposeScope();
                var target = y[rows];
                optimizer.zero_grad();
                var loss = criterion.call(model.call(x[rows]), target);
                loss.backward();
                optimizer.step();
                if (!repaired)
                {
                    scheduler.step();
                }

                monitor.Step(loss, target);
            }

            if (repaired)
            {
                scheduler.step();
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                double loss = criterion.call(model.call(unseenX), unseenY).item<float>();
                monitor.Validation(loss, epoch: epoch);
                Console.WriteLine($"Epoch {epoch}: loss {loss:F5}, PSNR {-10 * Math.Log10(loss):F1} dB");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    // Three waves on top of each other; the small picture is the mean of every four points.
    private static (Tensor X, Tensor Y) Sample(int count)
    {
        var row = arange(Size, ScalarType.Float32).reshape(1, Size, 1) / Size;
        var column = arange(Size, ScalarType.Float32).reshape(1, 1, Size) / Size;
        var picture = zeros(count, Size, Size);
        for (int wave = 0; wave < 3; wave++)
        {
            picture = picture + ((row * (rand(count, 1, 1) * 8 - 4) + column * (rand(count, 1, 1) * 8 - 4) + rand(count, 1, 1)) * (2 * Math.PI)).sin() / 6;
        }

        picture = (picture + 0.5).unsqueeze(1);
        return (nn.functional.avg_pool2d(picture, 2), picture);
    }
}
