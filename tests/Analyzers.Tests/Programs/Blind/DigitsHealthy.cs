using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DigitsHealthy;

// The same reader, as it should be: nothing may be reported.
internal static class Program
{
    private const int Epochs = 5;

    public static void Main()
    {
        var device = cuda.is_available() ? CUDA : CPU;
        using var net = new Reader().to(device);
        using var optimizer = optim.Adam(net.parameters(), 1e-3);
        using var criterion = CrossEntropyLoss();
        var scheduler = optim.lr_scheduler.StepLR(optimizer, 2, 0.5);
        var history = new List<float>();
        using var images = randn(1000, 1, 28, 28);
        using var labels = randint(0, 10, 1000);

        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            net.train();
            for (int i = 0; i < 1000; i += 50)
            {
                using var scope = NewDisposeScope();
                var x = images[TensorIndex.Slice(i, i + 50)].to(device);
                var y = labels[TensorIndex.Slice(i, i + 50)].to(device);
                optimizer.zero_grad();
                var loss = criterion.call(net.call(x), y);
                loss.backward();
                optimizer.step();
                history.Add(loss.item<float>());
            }

            scheduler.step();
            Evaluate(net, images, labels);
        }

        net.save("reader.dat");
    }

    private static void Evaluate(Reader net, Tensor images, Tensor labels)
    {
        net.eval();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var right = net.call(images).argmax(1).eq(labels).sum();
        Console.WriteLine(right.item<long>());
    }

    private sealed class Reader : Module<Tensor, Tensor>
    {
        private readonly Sequential features;
        private readonly Module<Tensor, Tensor> head;

        public Reader()
            : base("reader")
        {
            features = Sequential(
                ("conv", Conv2d(1, 8, 3)),
                ("relu", ReLU()),
                ("pool", MaxPool2d(2)),
                ("flat", Flatten()));
            head = Sequential(Dropout(0.25), Linear(8 * 13 * 13, 10));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => head.call(features.call(input));
    }
}
