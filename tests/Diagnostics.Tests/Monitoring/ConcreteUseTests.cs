#pragma warning disable IDE1006 // Naming styles: the names of these fields become the paths of layers.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Monitoring;

/// <summary>A program that asks a layer in a field for its concrete type gets the layer, with a monitor and without.</summary>
public sealed class ConcreteUseTests
{
    public static TheoryData<string, bool> Programs => new()
    {
        { nameof(Casting), false },
        { nameof(Testing), false },
        { nameof(Comparing), false },
        { nameof(Filtering), false },
        { nameof(Deriving), false },
        { nameof(InLambda), false },
        { nameof(CastFromOutside), false },
        { nameof(ReadFromOutside), false },
        { nameof(InitializingByType), true },
        { nameof(Plain), true },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void AStandInStandsOnlyWhereTheProgramCannotNotice(string program, bool isSeen)
    {
        torch.manual_seed(1);
        using Program model = program switch
        {
            nameof(Casting) => new Casting(),
            nameof(Testing) => new Testing(),
            nameof(Comparing) => new Comparing(),
            nameof(Filtering) => new Filtering(),
            nameof(Deriving) => new Deriving(),
            nameof(InLambda) => new InLambda(),
            nameof(CastFromOutside) => new CastFromOutside(),
            nameof(ReadFromOutside) => new ReadFromOutside(),
            nameof(InitializingByType) => new InitializingByType(),
            _ => new Plain(),
        };
        using var input = ones(2, 8);
        using var before = model.forward(input);
        using var monitor = TrainingMonitor.Attach(model);

        using var during = model.forward(input);
        double outside = Outside(model);

        Assert.True(before.allclose(during));
        Assert.True(double.IsFinite(outside));
        Assert.Equal(isSeen, !monitor.Coverage!.Silent.Contains("first"));
    }

    private static double Outside(Program model) => model switch
    {
        CastFromOutside program => ((Linear)program.first).weight.sum().item<float>(),
        ReadFromOutside program => ((Linear)program.First).weight.sum().item<float>(),
        _ => 0,
    };

    private abstract class Program(string name) : nn.Module<Tensor, Tensor>(name);

    private sealed class Plain : Program
    {
        private readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        public Plain()
            : base(nameof(Plain)) => RegisterComponents();

        public override Tensor forward(Tensor input) => first.forward(input);
    }

    private sealed class Casting : Program
    {
        private readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        public Casting()
            : base(nameof(Casting)) => RegisterComponents();

        public override Tensor forward(Tensor input) => first.forward(input) + ((Linear)first).weight.sum();
    }

    private sealed class Testing : Program
    {
        private readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        public Testing()
            : base(nameof(Testing)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var layer = first;
            var output = layer.forward(input);
            return layer is Linear ? output : output * 2;
        }
    }

    private sealed class Comparing : Program
    {
        private readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        public Comparing()
            : base(nameof(Comparing)) => RegisterComponents();

        public override Tensor forward(Tensor input) => first.GetType() == typeof(Linear) ? first.forward(input) : first.forward(input) * 2;
    }

    private sealed class Filtering : Program
    {
        private readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        public Filtering()
            : base(nameof(Filtering)) => RegisterComponents();

        public override Tensor forward(Tensor input) => first.forward(input) * new nn.Module[] { first }.OfType<Linear>().Count();
    }

    private class Casted : Program
    {
        protected readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        protected Casted()
            : base(nameof(Casted)) => RegisterComponents();

        public override Tensor forward(Tensor input) => first.forward(input);

        protected double Sum() => ((Linear)first).weight.sum().item<float>();
    }

    private sealed class Deriving : Casted
    {
        public override Tensor forward(Tensor input) => base.forward(input) * Sum();
    }

    private sealed class InLambda : Program
    {
        private readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        public InLambda()
            : base(nameof(InLambda)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            double scale = 2;
            Func<double> weigh = () => scale * ((Linear)first).weight.sum().item<float>();
            return first.forward(input) * weigh();
        }
    }

    private sealed class CastFromOutside : Program
    {
        public readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        public CastFromOutside()
            : base(nameof(CastFromOutside)) => RegisterComponents();

        public override Tensor forward(Tensor input) => first.forward(input);
    }

    private sealed class ReadFromOutside : Program
    {
        private readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        public ReadFromOutside()
            : base(nameof(ReadFromOutside)) => RegisterComponents();

        public nn.Module<Tensor, Tensor> First => first;

        public override Tensor forward(Tensor input) => first.forward(input);
    }

    /// <summary>A constructor that goes through the modules is over when a monitor comes, and would have found the originals.</summary>
    private sealed class InitializingByType : Program
    {
        private readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 3);

        public InitializingByType()
            : base(nameof(InitializingByType))
        {
            RegisterComponents();
            foreach (var module in modules())
            {
                if (module is Linear linear)
                {
                    nn.init.xavier_uniform_(linear.weight);
                }
            }
        }

        public override Tensor forward(Tensor input) => first.forward(input);
    }
}
