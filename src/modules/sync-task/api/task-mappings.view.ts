import { ApiProperty } from '@nestjs/swagger';
import { CustomerRow } from '../../mapping/customers/customer.dto.js';
import { ProductRow } from '../../mapping/products/product.dto.js';

/** Who and what a task is about, with how each is mapped. */
export class TaskMappingsView {
  @ApiProperty({ type: CustomerRow, nullable: true, description: 'null = the marketplace no longer shows it' })
  customer!: CustomerRow | null;

  @ApiProperty({ type: [ProductRow], description: 'By name; products of the order, else of the subscription' })
  products!: ProductRow[];
}
