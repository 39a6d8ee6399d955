using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Digits;

// A convolutional reader of digits in the manner of a first tutorial: many things forgotten.
internal static class Program
{
    private const int Epochs = 5;

    public static void Main()
    {
        using var net = new Reader();
        var optimizer = optim.Adam(net.parameters(), 1e-3);
        var criterion = CrossEntropyLoss();
        var device = cuda.is_available() ? CUDA : CPU;
        net.to(device); //! TD7004
        var scheduler = optim.lr_scheduler.StepLR(optimizer, 2, 0.5);
        var history = new List<Tensor>();
        var (images, labels) = (randn(1000, 1, 28, 28), randint(0, 10, 1000));

        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            net.train();
            for (int i = 0; i < 1000; i += 50) //! TD2005
            {
                using var scope = NewDisposeScope();
                var x = images[TensorIndex.Slice(i, i + 50)];
                var y = labels[TensorIndex.Slice(i, i + 50)];
                var output = net.call(x);
                var loss = criterion.call(output, y); //! TD7001
                loss.backward();
                optimizer.step();
                history.Add(loss); //! TD9505
                scheduler.step(); //! TD9504
            }

            Evaluate(net, images, labels);
        }
    }

    private static void Evaluate(Reader net, Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var right = net.call(images).argmax(1).eq(labels).sum(); //! TD6006 TD9503
        Console.WriteLine(right.item<long>());
    }

    private sealed class Reader : Module<Tensor, Tensor>
    {
        private readonly Conv2d first = Conv2d(1, 8, 3);
        private readonly Conv2d second = Conv2d(8, 16, 3);
        private readonly MaxPool2d pool = MaxPool2d(2);
        private readonly Dropout drop = Dropout(0.25);
        private readonly Linear head = Linear(16 * 5 * 5, 10);
        private readonly Softmax softmax = Softmax(1);

        public Reader()
            : base("reader")
        {
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var h = functional.relu(pool.call(first.call(input)));
            h = functional.relu(pool.call(second.call(h)));
            h = drop.call(h.flatten(1));
            return softmax.call(head.call(h));
        }
    }
}
