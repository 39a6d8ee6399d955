using System.Globalization;
using System.Text;

namespace TrainingDoctor.Benchmarks;

/// <summary>A project as large as a service's, with training in a tenth of its files: models, loops, validation, beside code that has nothing to do with it.</summary>
internal static class GeneratedProject
{
    /// <summary>Writes the files of the project.</summary>
    /// <param name="lines">How many lines at least.</param>
    /// <returns>Names and texts.</returns>
    public static List<(string Name, string Text)> Files(int lines)
    {
        var files = new List<(string, string)>();
        int written = 0;
        for (int i = 0; written < lines; i++)
        {
            string text = i % 10 == 0 ? Training(i) : Plain(i);
            files.Add(($"File{i}.cs", text));
            written += text.Count(c => c == '\n');
        }

        return files;
    }

    private static string Plain(int number)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"namespace Generated.Part{number};\n\npublic sealed record Order{number}(int Id, string Customer, decimal Amount, DateTime At);\n\npublic sealed class Orders{number}\n{{\n    private readonly Dictionary<int, Order{number}> _orders = new();\n\n");
        for (int method = 0; method < 8; method++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                    public decimal Total{{method}}(string customer, DateTime from)
                    {
                        decimal sum = 0;
                        foreach (var order in _orders.Values.Where(order => order.Customer == customer && order.At >= from).OrderBy(order => order.At))
                        {
                            if (order.Amount > {{method * 10}})
                            {
                                sum += Math.Round(order.Amount * 1.{{method}}m, 2);
                            }
                            else
                            {
                                sum += order.Amount;
                            }
                        }

                        return sum;
                    }


                """);
        }

        return text.Append("}\n").ToString();
    }

    private static string Training(int number) => $$"""
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;

        namespace Generated.Training{{number}};

        public sealed class Model : nn.Module<Tensor, Tensor>
        {
            private readonly Linear first = nn.Linear(64, 32);
            private readonly Dropout drop = nn.Dropout(0.2);
            private readonly Linear second = nn.Linear(32, 10);

            public Model()
                : base("model") => RegisterComponents();

            public override Tensor forward(Tensor input)
            {
                var hidden = nn.functional.relu(first.call(input));
                hidden = drop.call(hidden);
                return second.call(hidden);
            }
        }

        public static class Trainer
        {
            public static void Fit(IReadOnlyList<(Tensor x, Tensor y)> batches, IReadOnlyList<(Tensor x, Tensor y)> validation, int epochs)
            {
                using var model = new Model();
                using var optimizer = optim.Adam(model.parameters(), 1e-3);
                using var criterion = nn.CrossEntropyLoss();
                var scheduler = optim.lr_scheduler.StepLR(optimizer, 10, 0.5);
                for (int epoch = 0; epoch < epochs; epoch++)
                {
                    model.train();
                    foreach (var (x, y) in batches)
                    {
                        using var scope = NewDisposeScope();
                        optimizer.zero_grad();
                        var loss = criterion.call(model.call(x), y);
                        loss.backward();
                        optimizer.step();
                    }

                    scheduler.step();
                    Console.WriteLine(Evaluate(model, validation));
                }
            }

            private static double Evaluate(Model model, IReadOnlyList<(Tensor x, Tensor y)> validation)
            {
                model.eval();
                using var guard = no_grad();
                double right = 0;
                foreach (var (x, y) in validation)
                {
                    using var scope = NewDisposeScope();
                    right += model.call(x).argmax(1).eq(y).sum().item<long>();
                }

                return right;
            }
        }

        """;
}
