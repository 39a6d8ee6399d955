using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace DataLoaderStyle
{
    // torch written out, loaders of dictionaries, blocks of using.
    public class Classifier : Module<torch.Tensor, torch.Tensor>
    {
        private Module<torch.Tensor, torch.Tensor> conv1 = Conv2d(3, 16, 3, padding: 1);
        private Module<torch.Tensor, torch.Tensor> conv2 = Conv2d(16, 32, 3, padding: 1);
        private Module<torch.Tensor, torch.Tensor> bn = BatchNorm2d(32);
        private Module<torch.Tensor, torch.Tensor> pool = AdaptiveAvgPool2d(new long[] { 1, 1 });
        private Module<torch.Tensor, torch.Tensor> fc = Linear(32, 10);

        public Classifier(string name, torch.Device device = null!) : base(name)
        {
            RegisterComponents();
            if (device != null)
            {
                this.to(device);
            }
        }

        public override torch.Tensor forward(torch.Tensor x)
        {
            using (var d = torch.NewDisposeScope())
            {
                x = conv1.call(x).relu();
                x = bn.call(conv2.call(x)).relu();
                x = pool.call(x).flatten(1);
                return functional.log_softmax(fc.call(x), 1).MoveToOuterDisposeScope();
            }
        }
    }

    public static class Run
    {
        public static void Main(string[] args)
        {
            var device = torch.CPU;
            var model = new Classifier("net", device);
            var optimizer = torch.optim.AdamW(model.parameters(), lr: 0.001);
            var scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 30);
            using (var train = Load(true))
            using (var test = Load(false))
            {
                for (var epoch = 1; epoch <= 30; epoch++)
                {
                    using (var d = torch.NewDisposeScope())
                    {
                        Fit(model, optimizer, NLLLoss(), train);
                        Test(model, NLLLoss(), test);
                        scheduler.step();
                    }
                }
            }
        }

        private static TorchSharp.Modules.DataLoader Load(bool train) => throw new NotSupportedException();

        private static void Fit(Classifier model, torch.optim.Optimizer optimizer, Loss<torch.Tensor, torch.Tensor, torch.Tensor> loss, TorchSharp.Modules.DataLoader loader)
        {
            model.train();
            foreach (var data in loader)
            {
                using (var d = torch.NewDisposeScope())
                {
                    optimizer.zero_grad();
                    var prediction = model.call(data["data"]);
                    var output = loss.call(prediction, data["label"]);
                    output.backward();
                    optimizer.step();
                }
            }
        }

        private static void Test(Classifier model, Loss<torch.Tensor, torch.Tensor, torch.Tensor> loss, TorchSharp.Modules.DataLoader loader)
        {
            model.eval();
            int correct = 0;
            double total = 0;
            using (torch.no_grad())
            {
                foreach (var data in loader)
                {
                    using (var d = torch.NewDisposeScope())
                    {
                        var prediction = model.call(data["data"]);
                        total += loss.call(prediction, data["label"]).ToSingle();
                        correct += prediction.argmax(1).eq(data["label"]).sum().ToInt32();
                    }
                }
            }

            Console.WriteLine($"{total} {correct}");
        }

        // The same, where somebody took out what seemed superfluous.
        private static void FitForgetful(Classifier model, torch.optim.Optimizer optimizer, TorchSharp.Modules.DataLoader loader)
        {
            var criterion = CrossEntropyLoss();
            var running = new Queue<torch.Tensor>();
            foreach (var data in loader) //! TD9506
            {
                optimizer.zero_grad();
                var prediction = model.call(data["data"]);
                var output = criterion.call(prediction.softmax(-1), data["label"]); //! TD7001
                output.backward();
                optimizer.step();
                running.Enqueue(output); //! TD9505
            }
        }

        private static double AccuracyOf(Classifier model, TorchSharp.Modules.DataLoader loader)
        {
            int correct = 0;
            using var guard = torch.inference_mode();
            foreach (var data in loader)
            {
                using var d = torch.NewDisposeScope();
                correct += model.call(data["data"]).argmax(1).eq(data["label"]).sum().ToInt32(); //! TD6006
            }

            return correct;
        }
    }
}
