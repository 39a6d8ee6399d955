using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Rooms;

/// <summary>A generator answers a room's measures with an echo that a discriminator takes for real; and that is not far from the recorded one.</summary>
internal static class Training
{
    private const int Measures = 4, Echo = 8, Noise = 4;

    public static void Run(bool repaired, string report)
    {
        manual_seed(32);
        var rule = randn(Measures, Echo) * 0.5;
        var swing = nn.functional.normalize(randn(1, Echo));

        using var generator = nn.Sequential(("fc1", nn.Linear(Measures + Noise, 64)), ("act1", nn.LeakyReLU(0.2)), ("fc2", nn.Linear(64, 64)), ("act2", nn.LeakyReLU(0.2)), ("out", nn.Linear(64, Echo)));
        using var discriminator = nn.Sequential(("fc1", nn.Linear(Measures + Echo, 64)), ("act1", nn.LeakyReLU(0.2)), ("fc2", nn.Linear(64, 64)), ("act2", nn.LeakyReLU(0.2)), ("out", nn.Linear(64, 1)));
        using var ofGenerator = optim.Adam(generator.parameters(), 0.0005, beta1: 0.5);
        using var ofDiscriminator = optim.Adam(discriminator.parameters(), 0.0005, beta1: 0.5);
        using var monitor = TrainingMonitor.Attach(generator, new TrainingMonitorOptions { Optimizer = ofGenerator, Task = TrainingTask.Adversarial });

        for (int step = 1; step <= 1600; step++)
        {
            using var scope = NewDisposeScope();
            var (room, real) = Sample(rule, swing, 64);
            var ones = torch.ones(64, 1);
            var zeros = torch.zeros(64, 1);
            var fake = generator.call(cat([room, randn(64, Noise)], 1));

            ofDiscriminator.zero_grad();
            var ofReal = nn.functional.mse_loss(discriminator.call(cat([room, real], 1)), ones);
            var ofFake = nn.functional.mse_loss(discriminator.call(cat([room, fake.detach()], 1)), zeros);
            var discriminatorLoss = (ofReal + ofFake) / 2;
            discriminatorLoss.backward();
            ofDiscriminator.step();

            ofGenerator.zero_grad();
            var judged = repaired ? discriminator.call(cat([room, fake], 1)) : discriminator.call(cat([room, fake.detach()], 1));
            var adversarial = nn.functional.mse_loss(judged, ones);
            var distance = nn.functional.l1_loss(fake, real);
            var generatorLoss = adversarial + 0.1 * distance;
            generatorLoss.backward();
            ofGenerator.step();

            monitor.Step(generatorLoss);
            monitor.Report("d_loss", discriminatorLoss.item<float>());
            monitor.Report("g_loss", generatorLoss.item<float>());

            if (step % 200 == 0)
            {
                using var still = no_grad();
                var (unseen, _) = Sample(rule, swing, 512);
                var drawn = generator.call(cat([unseen, randn(512, Noise)], 1));
                double swings = ((drawn - unseen.matmul(rule)) * swing).sum(1).abs().mean().item<float>();
                double off = (drawn - unseen.matmul(rule) - ((drawn - unseen.matmul(rule)) * swing).sum(1, keepdim: true) * swing).square().mean().item<float>();
                Console.WriteLine($"Step {step}: discriminator {discriminatorLoss.item<float>():F3}, adversarial {adversarial.item<float>():F3}, distance {distance.item<float>():F3}; swing {swings:F2} (real 1.00), off {off:F3} (real 0.003)");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    // The echo of a room swings to one side or to the other.
    private static (Tensor Room, Tensor Echo) Sample(Tensor rule, Tensor swing, int count)
    {
        var room = randn(count, Measures);
        var side = rand(count, 1).lt(0.5).to_type(ScalarType.Float32) * 2 - 1;
        return (room, room.matmul(rule) + side * swing + randn(count, Echo) * 0.05);
    }
}
