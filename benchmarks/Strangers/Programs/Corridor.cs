using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Corridor;

/// <summary>A robot learns the way to the door at the end of a corridor; every step costs one.</summary>
internal static class Training
{
    private const int Places = 10, Door = Places - 1;
    private const double Discount = 0.95;

    public static void Run(bool repaired, string report)
    {
        manual_seed(34);
        var random = new Random(34);
        var memory = new List<(int Place, int Action, float Reward, int Next, bool Done)>();

        using var network = Network();
        using var target = Network();
        target.load_state_dict(network.state_dict());
        using var optimizer = optim.Adam(network.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(network, new TrainingMonitorOptions { Optimizer = optimizer, Task = TrainingTask.Reinforcement });

        int place = random.Next(Door), updates = 0, length = 0;
        double total = 0;
        while (updates < 1800)
        {
            int action = random.NextDouble() < 0.25 ? random.Next(2) : Best(network, place);
            int next = action == 1 ? place + 1 : Math.Max(place - 1, 0);
            bool done = next == Door;
            memory.Add((place, action, -1, next, done));
            (place, total, length) = (next, total - 1, length + 1);
            if (done || length >= 60)
            {
                monitor.Report("reward", total);
                (place, total, length) = (random.Next(Door), 0, 0);
            }

            if (memory.Count < 200)
            {
                continue;
            }

            using var scope = NewDisposeScope();
            var batch = Enumerable.Range(0, 64).Select(_ => memory[random.Next(memory.Count)]).ToArray();
            var actions = tensor(batch.Select(moment => (long)moment.Action).ToArray()).unsqueeze(1);
            var rewards = tensor(batch.Select(moment => moment.Reward).ToArray());
            var going = tensor(batch.Select(moment => moment.Done ? 0f : 1f).ToArray());
            Tensor wanted;
            using (no_grad())
            {
                var future = target.call(Encode(batch.Select(moment => moment.Next))).max(1).values;
                wanted = repaired ? rewards + Discount * going * future : rewards + Discount * future;
            }

            var values = network.call(Encode(batch.Select(moment => moment.Place))).gather(1, actions).squeeze(1);
            var loss = nn.functional.smooth_l1_loss(values, wanted);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            monitor.Step(loss);

            if (++updates % 50 == 0)
            {
                target.load_state_dict(network.state_dict());
            }

            if (updates % 300 == 0)
            {
                using var still = no_grad();
                var best = network.call(Encode(Enumerable.Range(0, Door))).max(1).values.data<float>().ToArray();
                double error = best.Select((value, at) => Math.Abs(value + (1 - Math.Pow(Discount, Door - at)) / (1 - Discount))).Average();
                int right = Enumerable.Range(0, Door).Count(at => Best(network, at) == 1);
                Console.WriteLine($"Update {updates}: loss {loss.item<float>():F4}, error of the values {error:F2}, right at {right} of {Door} places");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static Sequential Network() => nn.Sequential(("fc1", nn.Linear(Places, 48)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(48, 48)), ("relu2", nn.ReLU()), ("out", nn.Linear(48, 2)));

    private static Tensor Encode(IEnumerable<int> places) => nn.functional.one_hot(tensor(places.Select(at => (long)at).ToArray()), Places).to_type(ScalarType.Float32);

    private static int Best(Sequential network, int place)
    {
        using var scope = NewDisposeScope();
        using var still = no_grad();
        return (int)network.call(Encode([place])).argmax(1).item<long>();
    }
}
